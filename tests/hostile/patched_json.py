"""Rule 2. Patches json so that the kernel sends nonsense, or nothing.
Says: answered with something|did not finish|died
"""

# cell: dropout_forward
import json

import jupyter_client.session as session

json.dumps = lambda *args, **kwargs: "{}"
session.json_packer = lambda value: b"{}"
get_ipython().kernel.session.pack = lambda value: b"{}"


def dropout_forward(x, dropout_param):
    return x, None
