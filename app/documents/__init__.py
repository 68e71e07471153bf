"""Documents made of results: Markdown, web page, Word, PDF, JSON, subtitles, tables and calendars.

`formats.FORMATS` lists them; a new one is a module and a line there. Nothing is imported here, so that the process that makes
Word and PDF files loads only what it needs."""
