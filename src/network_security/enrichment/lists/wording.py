"""Text of lists and URLs as it may be shown: on one line, of bounded length, without escapes."""


def printable(text: str, longest: int) -> str:
    r"""Return a text with `?` for what terminals and logs would act on, cut to a length.

    >>> printable("a\nb\x1b[2J", 100), printable("abcdef", 3)
    ('a?b?[2J', 'abc...')
    """
    shown = text if len(text) <= longest else text[:longest] + "..."
    if shown.isprintable():
        return shown
    return "".join(one if one.isprintable() else "?" for one in shown)
