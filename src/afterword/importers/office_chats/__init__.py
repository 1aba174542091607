"""Feishu (Lark) and DingTalk: neither gives a person their chats, so these read what the open APIs return."""
