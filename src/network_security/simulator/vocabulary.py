"""Names and phrases that the simulation draws from. All domains are reserved ones (RFC 2606)."""

FIRST_NAMES = (
    "Alice", "Amir", "Anna", "Ben", "Carla", "Chloe", "Daniel", "Dora", "Elena", "Emil",
    "Farah", "Finn", "Greta", "Hugo", "Ines", "Ivan", "Jana", "Jonas", "Karim", "Lea", "Lena",
    "Luca", "Maja", "Marco", "Mei", "Nadia", "Noah", "Olga", "Omar", "Paula", "Priya", "Rosa",
    "Sami", "Sara", "Tom", "Vera", "Yuki", "Zoe",
)  # fmt: skip
LAST_NAMES = (
    "Abel", "Becker", "Costa", "Dahl", "Ekman", "Fischer", "Garcia", "Hansen", "Ito", "Jansen",
    "Keller", "Larsen", "Meyer", "Novak", "Olsen", "Petrov", "Quist", "Rossi", "Silva",
    "Tanaka", "Ueda", "Vogel", "Weber", "Xu", "Young", "Zimmer",
)  # fmt: skip

SITES = (
    # host, category, median kilobytes of a page, HTTPS, how often it is visited
    ("www.dailynews.example", "News", 180, True, 9),
    ("cdn.dailynews.example", "Content Delivery", 240, True, 9),
    ("www.searchhub.example", "Search Engines", 45, True, 14),
    ("maps.searchhub.example", "Search Engines", 150, True, 3),
    ("www.weathernow.example", "News", 60, True, 4),
    ("docs.officecloud.example", "Business", 90, True, 12),
    ("api.officecloud.example", "Business", 6, True, 14),
    ("meet.officecloud.example", "Business", 2400, True, 3),
    ("www.northbank.example", "Finance", 70, True, 3),
    ("shop.parcelpost.example", "Shopping", 120, True, 3),
    ("track.parcelpost.example", "Business", 25, True, 2),
    ("www.codeforge.example", "Computers", 110, True, 5),
    ("packages.codeforge.example", "Computers", 900, True, 2),
    ("www.travelplan.example", "Travel", 160, True, 2),
    ("video.streambox.example", "Streaming Media", 5200, True, 3),
    ("metrics.adnet.example", "Advertisements", 3, True, 12),
    ("pixel.adnet.example", "Advertisements", 1, True, 10),
    ("fonts.webassets.example", "Content Delivery", 30, True, 8),
    ("static.webassets.example", "Content Delivery", 75, True, 8),
    ("www.oldforum.example", "Forums", 35, False, 4),
    ("download.osupdate.example", "Computers", 4200, False, 0),
    ("www.localgov.example", "Government", 55, True, 1),
    ("intra.supplier.example.net", "Business", 40, False, 2),
    ("www.partner.example.org", "Business", 65, True, 3),
)
PATHS = (
    "/", "/index.html", "/search?q=meeting+room", "/api/v2/session", "/article/{n}",
    "/static/{n}.js",
    "/assets/app.{n}.css", "/img/{n}.jpg", "/api/v2/items?page={n}", "/news/2026/{n}", "/login",
    "/collect?v=2&tid={n}", "/fonts/{n}.woff2", "/feed.xml", "/account/overview",
    "/docs/d/{n}/edit",
)  # fmt: skip
CONTENT_TYPES = {
    "js": "application/javascript", "css": "text/css", "jpg": "image/jpeg", "woff2": "font/woff2",
    "xml": "application/xml", "html": "text/html",
}  # fmt: skip
ISSUERS = (
    "C=US, O=Example Trust Services, CN=Example TLS ECC CA 1",
    "C=US, O=Sample Certificates Inc, CN=Sample RSA TLS 2025 CA",
    "C=CH, O=Reference PKI, CN=Reference DV Server CA G2",
)
USER_AGENTS = {
    "windows": (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/144.0.0.0 Safari/537.36",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/144.0.0.0 Safari/537.36 Edg/144.0.0.0",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:147.0) Gecko/20100101 Firefox/147.0",
    ),
    "linux": (
        "Mozilla/5.0 (X11; Linux x86_64; rv:147.0) Gecko/20100101 Firefox/147.0",
        "curl/8.12.1",
    ),
}
CORRESPONDENTS = (
    # mail server, domain, how many write from there
    ("mail.partner.example.org", "partner.example.org", 9),
    ("mx-out.supplier.example.net", "supplier.example.net", 7),
    ("smtp3.officecloud.example", "officecloud.example", 4),
    ("out2.parcelpost.example", "parcelpost.example", 2),
    ("mta7.dailynews.example", "dailynews.example", 2),
    ("mail.lawfirm.example.org", "lawfirm.example.org", 4),
    ("relay.localgov.example", "localgov.example", 3),
)
SUBJECTS = (
    "Minutes of the meeting", "Offer {n}", "Re: Offer {n}", "Invoice {n}", "Delivery note {n}",
    "Re: Delivery on Thursday", "Draft contract, second version", "Re: Draft contract",
    "Your booking {n}", "Newsletter, week {w}", "Question on order {n}", "Fwd: Plan for spring",
    "Change of address", "Holiday calendar", "Re: Holiday calendar", "Workshop agenda",
    "Ticket {n} was updated", "Price list {n}", "Résumé of the call", "Lunch on Friday?",
)  # fmt: skip
SENTENCES = (
    "Please find the figures for the last quarter below.",
    "Could you have a look at it before Thursday?",
    "The delivery has left our warehouse and should arrive within two days.",
    "We have changed the second paragraph as we agreed on the phone.",
    "I am in the office until noon, after that you can reach me by mail.",
    "The room is booked for ten people.",
    "Thank you for your order; the invoice is attached.",
    "Let me know whether the new date suits you.",
    "The remaining points are listed in the document.",
    "We look forward to hearing from you.",
)
SPAM_SUBJECTS = (
    "Lose weight by spring", "Your prize no. {n} is waiting", "Cheap watches, today only",
    "Loan of {n} approved", "Meet singles near you", "RE: business proposal {n}",
)  # fmt: skip
SPAM_SENTENCES = (
    "This offer ends today and will not come back.",
    "Thousands of customers are happy already.",
    "Reply with your name and telephone number to claim what is yours.",
    "No risk, no obligation, and the shipping is free.",
)
GUESSED_ACCOUNTS = (
    "root", "admin", "test", "oracle", "postgres", "ubuntu", "user", "git", "deploy", "guest",
    "ftpuser", "backup", "pi", "nagios", "mysql", "www", "jenkins", "support", "ansible",
    "hadoop",
)  # fmt: skip
PROBED_PORTS = (
    # destination port, weight: what is looked for from the internet every day
    (23, 22), (22, 18), (445, 12), (3389, 12), (80, 9), (443, 8), (8080, 8), (5060, 5), (1433, 4),
    (6379, 4), (2323, 4), (8443, 3), (3306, 3), (5900, 3), (25, 2), (5432, 2), (9200, 2),
    (27017, 2), (11211, 1), (123, 1), (53, 2),
)  # fmt: skip
DOCUMENTS = (
    "budget.xlsx", "offer.docx", "plan-spring.pptx", "minutes.docx", "pricelist.xlsx",
    "contract-draft.docx", "inventory.xlsx", "logo.png", "roadmap.pptx", "holiday-calendar.xlsx",
)  # fmt: skip
_EXPLORER = r"C:\Windows\explorer.exe"
_SYSTEM = r"C:\Windows\System32"
_OFFICE = r"C:\Program Files\Office"
PROGRAMS = (
    # image, command line, parent, weight
    (r"C:\Program Files\Browser\browser.exe", '"{image}" --type=renderer', _EXPLORER, 9),
    (rf"{_OFFICE}\WINWORD.EXE", r'"{image}" /n "C:\Users\{user}\minutes.docx"', _EXPLORER, 5),
    (rf"{_OFFICE}\EXCEL.EXE", r'"{image}" "C:\Users\{user}\budget.xlsx"', _EXPLORER, 5),
    (rf"{_OFFICE}\OUTLOOK.EXE", '"{image}"', _EXPLORER, 4),
    (rf"{_SYSTEM}\svchost.exe", "{image} -k netsvcs -s wuauserv", rf"{_SYSTEM}\services.exe", 6),
    (rf"{_SYSTEM}\taskhostw.exe", "{image} /RuntimeWide", rf"{_SYSTEM}\svchost.exe", 3),
    (rf"{_SYSTEM}\notepad.exe", r'"{image}" C:\Users\{user}\notes.txt', _EXPLORER, 2),
    (rf"{_SYSTEM}\cmd.exe", "{image} /c gpupdate /target:user", rf"{_SYSTEM}\svchost.exe", 1),
    (
        rf"{_SYSTEM}\WindowsPowerShell\v1.0\powershell.exe",
        r"{image} -File C:\Tools\inventory.ps1",
        rf"{_SYSTEM}\svchost.exe",
        1,
    ),
)
