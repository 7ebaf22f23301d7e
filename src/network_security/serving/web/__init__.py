"""The pages that people use, over the same services as the API.

``pages``      puts them together; ``view`` is what every page is drawn with
``filters``    how figures, times and strangers' text are shown; ``templates``, ``static``
``overview``, ``alerts``, ...  one file a page, which says what it asks of the services
"""
