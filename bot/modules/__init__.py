"""Psychoeducation modules and exercises: their screens, steps and ways on."""
