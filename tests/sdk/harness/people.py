"""Users, made as an administrator makes them: through the client."""

import itertools
from dataclasses import dataclass

from argus_api.authentication import APIKeyAuth, ArgusAPIAuth, PasswordAuthentication, SessionTokenAuth
from argus_api.lib.authentication.v1 import apikey, password
from argus_api.lib.authentication.v1.user import user as authentication
from argus_api.lib.useradmin.v2 import permission, user
from argus_api.session import ArgusAPISession

from harness.process import Server

_numbers = itertools.count(1)


def unique(word: str) -> str:
    """A short name that nobody has."""
    return f"{word}-{next(_numbers)}x"


def connect(server: Server, auth, **options) -> ArgusAPISession:
    """A session of the client. `proxies={}` is its way to say that those of the environment do not count."""
    options.setdefault("proxies", {})
    return ArgusAPISession(auth=auth, api_url=server.url, **options)


def anonymous(server: Server) -> ArgusAPISession:
    """Nobody."""
    return connect(server, ArgusAPIAuth())


def administrator(server: Server, **options) -> ArgusAPISession:
    """The first administrator, by password and cookie."""
    first = server.first
    return connect(server, PasswordAuthentication(first["userName"], first["password"], server.domain), **options)


@dataclass
class Person:
    """A user with a password."""

    server: Server
    id: int
    name: str
    password: str

    def auth(self) -> PasswordAuthentication:
        return PasswordAuthentication(self.name, self.password, self.server.domain)

    def login(self, **options) -> ArgusAPISession:
        """A session of its own, by cookie; logged in when this returns."""
        session = connect(self.server, self.auth(), **options)
        session.authenticate()
        return session

    def bearer(self, **options) -> ArgusAPISession:
        """A session of its own, by its token."""
        auth = self.auth()
        auth.authenticate(self.server.url)
        return connect(self.server, SessionTokenAuth(auth.session_token), **options)

    def new_key(self, by: ArgusAPISession | None = None, **request) -> str:
        """The text of a new key of this user."""
        made = apikey.initiate_api_key(
            request.pop("description", "key"),
            password=self.password,
            validSources=["127.0.0.1"],
            api_session=by or self.login(),
            **request,
        )
        return made["data"]["apiKeyString"]

    def by_key(self, **request) -> ArgusAPISession:
        return connect(self.server, APIKeyAuth(self.new_key(**request)))


def set_password(server: Server, admin: ArgusAPISession, name: str, new: str):
    """What happens to a new user: an administrator's authorization, used without a login."""
    token = authentication.reset_password(name, api_session=admin)["data"]["authorization"]
    password.change_current_user_password(new, authorization=token, api_session=anonymous(server))


def make_person(
    server: Server, admin: ArgusAPISession, *functions: str, customer: str = "root", methods: list[str] | None = None
) -> Person:
    """A new user who may do that on his customer; by the server's usual methods, where none are named."""
    name, secret = unique("person"), f"Correct-horse-{next(_numbers)}"
    made = user.add_user(customer, name.title(), name, enableAuthenticationMethods=methods, api_session=admin)["data"]
    set_password(server, admin, name, secret)
    if functions:
        grants = [{"subject": name, "customer": customer, "function": function} for function in functions]
        permission.grant_permissions_bulk(grants, api_session=admin)
    return Person(server, made["id"], name, secret)
