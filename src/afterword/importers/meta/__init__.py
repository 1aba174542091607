"""What Facebook and Instagram hand out on request: chats as json and html, posts, stories and comments."""
