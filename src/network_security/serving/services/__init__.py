"""What the API and the pages do alike: plain functions and classes, without HTTP."""
