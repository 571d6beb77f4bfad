"""Feedback (咨询、建议、投诉、求助): drafts, tickets, forwarding to the platform and what comes back."""
