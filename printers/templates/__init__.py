"""Labels that a merchant arranges: a template is data, read by a schema and drawn by the pen that draws the documents.

A template can name a field of its document's data and nothing else: there is no code in it, and no expression. The
number and the size of its elements are bounded, and none of them reaches outside the label.
"""

from printers.templates.drawing import render_template, unreadable
from printers.templates.samples import SAMPLES, sample
from printers.templates.shape import (
    ALIGNS,
    KINDS,
    MOST_ELEMENTS,
    RULES,
    Element,
    Problem,
    Template,
    TemplateError,
    fields_of,
    read_template,
    require_template,
    templated,
)
from printers.templates.starters import starter

__all__ = [
    "ALIGNS",
    "KINDS",
    "MOST_ELEMENTS",
    "RULES",
    "SAMPLES",
    "Element",
    "Problem",
    "Template",
    "TemplateError",
    "fields_of",
    "read_template",
    "render_template",
    "require_template",
    "sample",
    "starter",
    "templated",
    "unreadable",
]
