"""How an entry comes to answer: drafts, review, versions, the golden set, publications and repealed laws."""
