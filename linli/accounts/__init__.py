"""Who may sign in, and what each role may do.

Words: user (a person who signs in), role (a kind of post: administrator, secretary, duty officer, grid lead, captains), lock-out.
Who enters: everybody who works in the community office or holds a post with a login.
Promises: passwords kept with Argon2; failures lock the name for a while; an idle session ends and loses nothing typed.
Never: knows places. Over which building somebody holds a post is the registry's knowledge.
"""
