"""vCard and iCalendar, two formats with one grammar of lines: vcard.py and ics.py are the importers, lines.py the grammar."""
