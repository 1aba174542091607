"""The two forms that imessage-exporter writes: text and HTML. What they share lies in `_draft`."""
