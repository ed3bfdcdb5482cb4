"""The ways that come along."""
from wms.notices.plugin import Way
from wms.notices.ways.email import Email
from wms.notices.ways.http import Sms, Webhook
from wms.notices.ways.virtual import Virtual

BUILT_IN: dict[str, Way] = {"email": Email(), "sms": Sms(), "webhook": Webhook(), "virtual": Virtual()}
