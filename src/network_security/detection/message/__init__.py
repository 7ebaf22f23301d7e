"""The phishing detector for whole messages: what their links lead to, and how they persuade."""

from network_security.detection.message.detector import MessageDetector, MessageScores
from network_security.detection.message.manifest import MessageManifest
from network_security.detection.message.rendering import render_message
from network_security.detection.message.verdict import MessageVerdict

__all__ = [
    "MessageDetector",
    "MessageManifest",
    "MessageScores",
    "MessageVerdict",
    "render_message",
]
