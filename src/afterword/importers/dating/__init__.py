"""Dating apps: what Tinder and Hinge give on request, and Bumble's database on Android."""
