// Runs before the page is drawn: what needs a script is shown only where there is one.
"use strict";
document.documentElement.classList.remove("no-js");
