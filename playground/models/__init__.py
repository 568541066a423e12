"""Comparisons: lanes side by side over one composer, kept on the server so that no tab can lose them."""

from playground.images.rows import Attachment, Image, ImagePiece
from playground.models.answers import Answer
from playground.models.comparisons import Command, Comparison
from playground.models.lanes import LETTERS, Lane
from playground.models.messages import Message

__all__ = ["LETTERS", "Answer", "Attachment", "Command", "Comparison", "Image", "ImagePiece", "Lane", "Message"]
