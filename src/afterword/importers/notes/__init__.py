"""Notes and letters: plain.py (md, txt), papers.py (docx, pdf), keep.py (Google Keep) and evernote.py are the importers."""
