"""What every generated screen shares: reading within the viewer's offices, and edits that are audited."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from flask import abort, flash, redirect, request, session, url_for
from flask_appbuilder import ModelView, expose
from flask_appbuilder.models.filters import Filters
from flask_appbuilder.models.sqla.filters import BaseFilter
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_appbuilder.security.decorators import has_access
from flask_appbuilder.urltools import Stack
from flask_babel import gettext
from sqlalchemy import func
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Query
from werkzeug.wrappers import Response

from app import clock
from app.db import Session
from app.errors import Forbidden, OfficeError
from app.flow import reference_data
from app.people.access import EVERYWHERE, Person
from app.web import sessions
from app.web.i18n import translate

PAGE_SIZES = (25, 50, 100)
LONGEST_REMEMBERED = 300  # a session cookie has no room for long addresses
COUNT_CAP = 1000


class Rows(SQLAInterface):
    """Rows with their relations loaded in the same query, and counted to a cap: nobody pages further."""

    def __init__(self, model: type[Any], *options: Any) -> None:
        super().__init__(model)
        self.options = options

    def query_count(self, query: Query[Any], filters: Filters | None = None, _columns: Any = None) -> int:
        """How many rows there are, to the cap."""
        found = self._get_base_query(query=query, filters=filters)
        keys = found.with_entities(self.get_pk()).order_by(None).limit(COUNT_CAP).subquery()
        return int(self.session.query(func.count()).select_from(keys).scalar())

    def apply_all(self, query: Query[Any], *args: Any, **kwargs: Any) -> Any:
        """FAB's own query, with the relations loaded."""
        return super().apply_all(query.options(*self.options), *args, **kwargs)


class InMyOffices(BaseFilter):
    """Only rows of the offices that the viewer works in."""

    name = "in my offices"

    def apply(self, query: Query[Any], _value: Any) -> Query[Any]:
        """Narrow the query."""
        mine = sessions.person().staff_offices
        return query if EVERYWHERE in mine else query.filter(getattr(self.model, self.column_name).in_(mine))


class OfMyOffices(InMyOffices):
    """What is set for the viewer's offices or for every office; administrators set it for all."""

    def apply(self, query: Query[Any], _value: Any) -> Query[Any]:
        """Narrow the query."""
        person = sessions.person()
        column = getattr(self.model, self.column_name)
        return query if person.is_admin else query.filter(column.in_(person.offices) | column.is_(None))


class ReadOnlyView(ModelView):
    """A list and a detail page; nothing of it can be changed here, whatever permissions say."""

    screen: ClassVar[str]
    verbs: ClassVar[Sequence[str]] = ()
    routes: ClassVar[Sequence[str]] = ()  # other ways to read the list, for whoever may see it
    columns: ClassVar[dict[str, Any]] = {}  # column -> title, in the order of the list
    details: ClassVar[dict[str, Any]] = {}  # what the detail page shows besides
    label_columns: dict[str, Any] | None = None
    search_columns: list[str] | None = None
    add_columns: list[str] | None = None
    edit_columns: list[str] | None = None
    page_size = 25
    base_order = ("id", "desc")
    show_template = "appbuilder/general/model/show.html"

    def __init__(self) -> None:
        self.class_permission_name = self.screen
        self.route_base = f"/data/{self.screen}"
        # no /download, no bulk actions, no legacy JSON: only what is named here gets an address
        self.include_route_methods = {"list", "show", *self.verbs, *self.routes}
        self.base_permissions = [f"can_{verb}" for verb in ("list", "show", *self.verbs) if verb != "action"]
        self.list_columns = list(self.columns)
        self.show_columns = [*self.columns, *self.details]
        self.label_columns = {**self.columns, **self.details, **(self.label_columns or {})}
        self.search_columns = self.search_columns or [self.list_columns[0]]
        self.add_columns = self.add_columns or [self.list_columns[0]]
        self.edit_columns = self.edit_columns or [self.list_columns[0]]
        super().__init__()

    @expose("/show/<int:pk>", methods=["GET"])
    @has_access
    def show(self, pk: int) -> Any:
        """Show one row of the viewer's offices."""
        item = self.find(pk)
        widgets = self._get_show_widget(pk, item)
        self.update_redirect()
        return self.render_template(
            self.show_template, pk=pk, title=self.show_title, widgets=widgets, related_views=[], item=item
        )

    def find(self, pk: int) -> Any:
        """The row, if it is one that the viewer may see."""
        return self.datamodel.get(pk, self._base_filters) or abort(404)

    def _list(self, **kwargs: Any) -> dict[str, Any]:
        """FAB's list, with arguments that are checked and filters that no other request shares."""
        filters = asked_filters(self)
        column, direction = asked_order(self)
        widgets: dict[str, Any] = self._get_list_widget(
            filters=filters,
            order_column=column,
            order_direction=direction,
            page=asked_number(f"page_{type(self).__name__}", COUNT_CAP),
            page_size=asked_size(f"psize_{type(self).__name__}"),
            **kwargs,
        )
        widgets["search"] = self.search_widget(
            route_base=self.route_base,
            form=self.search_form.refresh(),
            include_cols=self.search_columns,
            exclude_cols=[],
            filters=filters,
        )
        self.update_redirect()
        return widgets

    def update_redirect(self) -> None:
        """Remember where "back" leads, as a path of this site."""
        if len(request.full_path) <= LONGEST_REMEMBERED:
            history = Stack(session.get("page_history", []), size=3)
            history.push(request.full_path)
            session["page_history"] = history.to_json()


class ReferenceView(ReadOnlyView):
    """Reference data that may be edited; `check` refuses what does not fit, and the audit line is written."""

    verbs: ClassVar[Sequence[str]] = ("add", "edit")

    def check(self, item: Any, person: Person) -> None:
        """Refuse a row before it is stored, by raising OfficeError."""

    def fill(self, form: Any, item: Any) -> None:
        """Show in a form what is no column of the row."""

    def save_new(self, form: Any, person: Person) -> None:
        """Store what a form says as a new row."""
        item = self.datamodel.obj()
        form.populate_obj(item)
        require_own_office(item, person)
        self.check(item, person)
        reference_data.add(item, person, clock.now())

    def save_change(self, item: Any, form: Any, person: Person) -> None:
        """Store what a form says of a row."""
        # a query of the check must not send the change ahead of its audit line
        with Session.no_autoflush:
            form.populate_obj(item)
            require_own_office(item, person)
            self.check(item, person)
        reference_data.change(item, person, clock.now())

    @expose("/edit/<int:pk>", methods=["GET", "POST"])
    @has_access
    def edit(self, pk: int) -> Any:
        """Edit one row of the viewer's offices."""
        widgets = self._edit(pk)
        if not widgets:
            return self.post_edit_redirect()
        return self.render_template(
            self.edit_template, title=self.edit_title, lead=self.called(pk), widgets=widgets, related_views=[]
        )

    def called(self, _pk: int) -> str:
        """What the page says below its title of the row that is edited."""
        return ""

    @expose("/delete/<int:pk>", methods=["POST"])
    @has_access
    def delete(self, pk: int) -> Response:
        """Delete one row that nothing refers to."""
        item = self.find(pk)

        def store() -> None:
            require_own_office(item, sessions.person())
            reference_data.remove(item, sessions.person(), clock.now())

        attempt(None, store, gettext("The record was deleted."))
        return redirect(self.list_url())

    def _add(self) -> dict[str, Any] | None:
        form = self.add_form.refresh()
        if request.method == "POST" and form.validate():
            store = lambda: self.save_new(form, sessions.person())  # noqa: E731
            if attempt(form, store, gettext("The record was added.")):
                return None
        widgets: dict[str, Any] = self._get_add_widget(form=form)
        return widgets

    def _edit(self, pk: int) -> dict[str, Any] | None:
        item = self.find(pk)
        form = self.edit_form.refresh(obj=item)
        if request.method == "GET":
            self.fill(form, item)
        if request.method == "POST" and form.validate():
            store = lambda: self.save_change(item, form, sessions.person())  # noqa: E731
            if attempt(form, store, gettext("The changes were saved.")):
                return None
        widgets: dict[str, Any] = self._get_edit_widget(form=form)
        return widgets

    def post_add_redirect(self) -> Response:
        """Go to the list."""
        return redirect(self.list_url())

    def post_edit_redirect(self) -> Response:
        """Go to the list."""
        return redirect(self.list_url())

    def list_url(self) -> str:
        """Where the list is."""
        return url_for(f"{self.endpoint}.list")


def attempt(form: Any, store: Callable[[], None], done: str) -> bool:
    """Store; what a person can put right is shown beside the fields instead."""
    try:
        store()
    except OfficeError as error:
        Session.rollback()  # what the form has put on the row must not reach the database with the next query
        flash(translate(error.text), "danger")
        for path, sentences in error.errors.items():
            if form is not None and path in form:
                form[path].errors = [*form[path].errors, *(translate(words) for words in sentences)]
        return False
    except IntegrityError:
        Session.rollback()
        flash(gettext("This exists already, or something else refers to it."), "danger")
        return False
    flash(done, "success")
    return True


def require_own_office(item: Any, person: Person) -> None:
    """Refuse rows of offices the person does not work in; rows of every office are for administrators."""
    if not hasattr(item, "office_id") or person.is_admin:
        return
    if item.office_id is None:
        raise Forbidden("Only an administrator may set what holds for every office.")
    if not person.works_in(item.office_id):
        raise Forbidden("This belongs to an office that you do not work in.")


def asked_filters(view: ReadOnlyView) -> Filters:
    """The filters of the address, on columns that may be searched only."""
    filters = view.datamodel.get_filters(view.search_columns)
    for name in request.args:
        index, _, column = name.removeprefix("_flt_").partition("_")
        known = filters.get_search_filters().get(column, [])
        if name.startswith("_flt_") and index.isdecimal() and int(index) < len(known):
            filters.add_filter_index(column, int(index), request.args.getlist(name))
    return filters


def asked_order(view: ReadOnlyView) -> tuple[str, str]:
    """The order of the address, by shown columns only."""
    name = type(view).__name__
    column, direction = request.args.get(f"_oc_{name}", ""), request.args.get(f"_od_{name}", "")
    return (column, direction) if column in view.order_columns and direction in ("asc", "desc") else ("", "")


def asked_number(name: str, most: int) -> int | None:
    """A page number of the address."""
    value = request.args.get(name, "")
    return min(int(value), most) if value.isascii() and value.isdecimal() and len(value) < 6 else None


def asked_size(name: str) -> int | None:
    """A page size of the address, among those on offer."""
    size = asked_number(name, max(PAGE_SIZES))
    return size if size in PAGE_SIZES else None
