"""The least that does the same job, to be measured beside the product: a view inserts one row, a socket tells of it.

It runs by the Procfile's command lines on the same kind of servers. Its consumer joins the group itself, as Channels'
documentation has it; its view tells the group through the product's own broadcaster, so that what differs is the rest.
"""
