"""The studio's desk: change, look at, sign and publish every word, without any page or form.

It works on a working copy, a folder with ``content/`` and ``locales/`` like the checkout's, which
stays the home of the words. The database (bot.storage.studio) holds what files can't: who, when,
earlier versions, drafts, comments, suggestions, who signed, what was published.

A page asks ``desk.Desk`` and needs little else:

* places: where each text stands. scalars, entries: one text in a YAML file or a catalog.
* writing: which files a change of words changes, all or none. files, staging: whole files, read
  as the product reads them before they count.
* index: all texts and parts in memory, by file. history: the newest version of each. Both read
  only what changed. ledger: content/signoff.yml, quickly.
* desk: open it, save a text or a file, sign. seeing: texts, states, search, coverage.
* findings: the checks of an unsaved text. differences: word by word.
* signing: who may sign what. eyes: whose eyes a part has had. needs: what waits for somebody.
* exchange: begin, import and export. publishing: bundles, and the record of them. withdrawing: a
  service is taken from visitors at once.
* trying: the working copy as visitors would have it. golden: what its conversations would change.
* unpublished: what a publication would change. covered: what a signature covers besides texts.
* verifying: services to look at first, and what forms make of their files. structure: the same of
  order, buttons, kinds and minutes.
"""
