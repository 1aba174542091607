"""Discord: what DiscordChatExporter writes (json, csv, txt, html), and the data package of an account."""
