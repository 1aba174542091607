window.YTD.account.part0 = [
  {
    "account": {
      "email": "a@example.org",
      "createdVia": "web",
      "username": "lune_est",
      "accountId": "100",
      "createdAt": "2010-01-01T00:00:00.000Z",
      "accountDisplayName": "Lune"
    }
  }
]