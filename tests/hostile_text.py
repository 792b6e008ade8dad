"""Text that tries to become part of a page, and what a page is made of."""

from html.parser import HTMLParser

HOSTILE = """<script>alert(1)</script><img src=x onerror="alert(1)">'">{{ 7 * 7 }}{% raw %}{# </style> -->"""


class Tags(HTMLParser):
    """Collects the names of a page's tags and attributes."""

    def __init__(self, text):
        super().__init__()
        self.names, self.attributes = set(), set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}
