"""The phishing detector's expert for raw URL text: character n-grams and lexical counts."""
