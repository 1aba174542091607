"""Mail in its three containers: mbox.py, eml.py and pst.py are the importers, the other modules are what they share.

mime.py reads a mail, dates.py its moment, pages.py makes text of a page, words.py parts the writer's own words from the quoted ones,
records.py makes the Message.
"""
