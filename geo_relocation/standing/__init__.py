"""What holds now: the decision in force, the state of the list, the units of the scheme.

Each question has one answer, found here and nowhere else; frames in, frames out.
"""
