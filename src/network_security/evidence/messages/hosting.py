"""Providers under whose own domain anybody can publish a page, without a domain of his own.

Those in the private part of the Public Suffix List (`github.io`, `web.app`) are told by the list
itself; here stand those whose pages share one host or lie below an ordinary domain.
"""

from typing import Final

FREE_HOSTING: Final = frozenset({
    "000webhostapp.com", "amazonaws.com", "appspot.com", "azureedge.net", "blogspot.com",
    "canva.com", "cprapid.com", "digitaloceanspaces.com", "docs.google.com", "drive.google.com",
    "dweb.link", "firebasestorage.googleapis.com", "forms.gle", "forms.office.com",
    "formstack.com", "glitch.me", "godaddysites.com", "googleapis.com", "ipfs.io", "jotform.com",
    "linktr.ee", "mystrikingly.com", "notion.site", "pages.dev", "r2.dev", "script.google.com",
    "selcdn.ru", "site123.me", "sites.google.com", "storage.googleapis.com", "surveymonkey.com",
    "translate.goog", "trycloudflare.com", "typeform.com", "webcindario.com", "webflow.io",
    "weebly.com", "wixsite.com", "wordpress.com", "workers.dev", "yolasite.com", "zyrosite.com",
})  # fmt: skip
"""Hosts and registered domains."""
