"""Settings of what residents and moderators may do and of how soon pages follow, for every way of running."""

from crowd.settings.env import env

# Moderation

# After how many posts that a moderator let through a newcomer's are published at once.
TRUSTED_AFTER_POSTS = env.int("TRUSTED_AFTER_POSTS", default=3)
# For how many days an author may appeal against a moderator's decision.
APPEAL_DAYS = env.int("APPEAL_DAYS", default=14)
# So many trusted people's flags take a post from the public until a moderator decides; 0: none do.
FLAGS_TO_HIDE = env.int("FLAGS_TO_HIDE", default=3)
# For how many minutes a case that a moderator has taken is not decided by another; 0: nobody is waited for.
MODERATION_CLAIM_MINUTES = env.int("MODERATION_CLAIM_MINUTES", default=5)
# From so many votes of accounts younger than a day for one idea within an hour, and so many sign-ups from one network,
# moderators are told; 0: they are not.
BURST_VOTES = env.int("BURST_VOTES", default=20)
BURST_SIGN_UPS = env.int("BURST_SIGN_UPS", default=15)

# Limits

# Who fills in the form of the sign-up faster than this is a program.
SIGN_UP_FASTEST_SECONDS = env.float("SIGN_UP_FASTEST_SECONDS", default=3.0)
# How many numbers a browser tries at most before it may send what looks suspicious: a slow telephone tries these in a
# few seconds.
PROOF_MAX_NUMBER = env.int("PROOF_MAX_NUMBER", default=50_000)

# Attachments of ideas

ATTACHMENT_MAX_BYTES = 5 * 1024 * 1024
ATTACHMENT_MAX_PIXELS = 40_000_000
ATTACHMENT_MAX_FILES = 5

# Reading without a line

# Turned off, browsers that kept pages forget them at their next visit.
OFFLINE_READING = env.bool("OFFLINE_READING", default=True)

# The worker

EVENTS_LEASE_SECONDS = env.float("EVENTS_LEASE_SECONDS", default=60.0)
EVENTS_KEPT_DAYS = 90

# Open pages

# How often every open socket is told its thread's latest number, so that it notices what it missed.
LIVE_BEAT_SECONDS = env.float("LIVE_BEAT_SECONDS", default=15.0)
# How often a process asks, for all its sockets at once, what no broadcast told: new comments, what was hidden, who was
# blocked or signed out.
LIVE_SWEEP_SECONDS = env.float("LIVE_SWEEP_SECONDS", default=3.0)
# Sockets come from pages at SITE_URL only; embedded, from the address at which the server itself was asked.
SOCKETS_FROM_OWN_HOST = False
# In production other processes answer HTTP; the live one only signs of life.
HTTP_BESIDE_SOCKETS = True

# Pages kept ready for visitors who are not signed in

# How long at the longest; 0 keeps none. What changes a page drops it at once.
PAGES_CACHE_SECONDS = env.int("PAGES_CACHE_SECONDS", default=300)
# For how long a page may still be shown to which something was added: a vote, a comment, an idea.
PAGES_CACHE_BEHIND_SECONDS = env.float("PAGES_CACHE_BEHIND_SECONDS", default=1.5)

# Lists of ideas

# Of so many lists shown one is counted, for the order that gives every idea a like chance to be seen; 0 counts none.
EXPOSURE_EVERY = env.int("EXPOSURE_EVERY", default=10)

# Search

# Whether editors see, by week, what is searched for often and what finds nothing.
SEARCH_STATISTICS = env.bool("SEARCH_STATISTICS", default=True)
