window.YTD.direct_messages_group.part0 = [
  {
    "dmConversation": {
      "conversationId": "5550001",
      "messages": [
        {
          "messageCreate": {
            "reactions": [],
            "urls": [],
            "text": "周六老地方？",
            "mediaUrls": [],
            "senderId": "100",
            "id": "31",
            "createdAt": "2021-03-02T12:00:03.000Z"
          }
        },
        {
          "participantsLeave": {
            "userIds": [
              "400"
            ],
            "createdAt": "2021-03-02T12:00:02.000Z"
          }
        },
        {
          "messageCreate": {
            "reactions": [
              {
                "senderId": "100",
                "reactionKey": "like",
                "eventId": "1",
                "createdAt": "2021-03-02T12:01:00.000Z"
              }
            ],
            "urls": [],
            "text": "带上雨伞 ☔",
            "mediaUrls": [],
            "senderId": "200",
            "id": "30",
            "createdAt": "2021-03-02T12:00:01.000Z"
          }
        },
        {
          "participantsJoin": {
            "initiatingUserId": "200",
            "userIds": [
              "400",
              "500"
            ],
            "createdAt": "2021-03-01T12:00:00.000Z"
          }
        },
        {
          "conversationNameUpdate": {
            "initiatingUserId": "200",
            "name": "雨天 &amp; 茶",
            "createdAt": "2021-03-01T11:00:00.000Z"
          }
        },
        {
          "joinConversation": {
            "initiatingUserId": "200",
            "participantsSnapshot": [
              "100",
              "200"
            ],
            "createdAt": "2021-03-01T10:00:00.000Z"
          }
        }
      ]
    }
  }
]