"""The first people of a site: ``danban user create``."""

import sys

import click
from flask.cli import with_appcontext

from accounts import tokens
from accounts.models import Person, Role
from accounts.queries import find_person_by_email, get_agency
from accounts.services import create_person, grant_role
from core.db import transaction
from core.errors import DanBanError, NotFound, RuleBroken
from core.links import address_of, path_to


@click.group()
def user() -> None:
    """People with an account."""


@user.command()
@click.argument("email")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--agency", "agency_code", required=True, help="Code of the agency: BYT, BTP, 01 …")
@click.option("--name", default="", help="Full name; the part of the address before @ by default.")
@click.option("--password-stdin", is_flag=True, help="Read the password from the first line of standard input.")
@with_appcontext
def create(email: str, role: str, agency_code: str, name: str, password_stdin: bool) -> None:
    """Make an account with a role in one agency, or give one more role to an account that exists.

    Prints a link to choose a password, good once within a week, unless a password was given.
    """
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
    try:
        with transaction():
            person = _person(email, name, password)
            grant_role(person, Role(role), get_agency(agency_code), by=None)
            invitation = (
                None
                if person.password_hash
                else address_of(path_to("accounts.reset_password", token=tokens.invitation_token(person)))
            )
    except NotFound:
        raise click.ClickException(f"There is no agency with the code {agency_code}.") from None
    except DanBanError as error:
        raise click.ClickException(error.message) from None
    click.echo(f"{person.email} is {role} in {agency_code}.")
    if invitation:
        click.echo("They choose a password here (once, within 7 days):")
        click.echo(invitation)


def _person(email: str, name: str, password: str | None) -> Person:
    if not 3 <= len(email) <= 254 or email.count("@") != 1:
        raise RuleBroken(f"{email} is not an address.")
    person = find_person_by_email(email)
    if person is None:
        return create_person(email, full_name=name, password=password)
    if password is not None:
        raise RuleBroken(f"{email} has an account already; its password stays as it is. Leave --password-stdin out.")
    return person


COMMANDS = (user,)
