"""The studio: pages on which clinicians change, try, sign and publish every word.

They are thin: what they show comes from bot.studio.

* opening: the desk of this process. entrance: who may open a page, and words that stay theirs.
* parts: what waits, parts, languages, search. editing: one text. history: its versions.
* comments: remarks and suggestions. whole_files: all files, as YAML. structure: order,
  buttons and minutes, in a form.
* signing, signers: who signs what. publishing, bundles: what visitors get.
* trying, framing: the working copy as a visitor sees it. services: which to verify.
  withdrawing: one that visitors shall not see any more.
"""
