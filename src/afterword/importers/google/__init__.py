"""Google: Chat, Hangouts and Voice as Takeout gives them."""
