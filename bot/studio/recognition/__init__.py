"""What recognition learns from and decides by, changed by clinicians; never a line of a visitor.

* examples: the sentences in ``data/nlu`` of the working copy. checking: what is wrong with one.
* phrases, thresholds: forms over ``content/safety``; what a change would do to known sentences.
* readings: what a model makes of every known sentence, kept, so that the rest needs no model.
* comparing: two models on the same sentences; what fell, what is lost.
* job: one training at a time, in a process of its own. releasing: who signs, and going live.
* room: all of it together, as pages and commands ask it.
"""
