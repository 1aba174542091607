"""QQ: what its clients export (txt, mht) and what QQChatExporter writes (json, jsonl, txt). One module for each."""
