"""Telling people: what is sent where (`route`), in which words (`render`), and until it arrived (`outbox`)."""
