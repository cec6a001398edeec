//! The description of the API, made from the code.

use crate::{
    caching::{HOURLY, Tagged},
    problem::{ApiError, MEDIA_TYPE, ProblemBody},
    router::routes,
};
use axum::{http::HeaderMap, response::Response};
use std::sync::LazyLock;
use utoipa::{
    Modify, OpenApi, PartialSchema, ToSchema,
    openapi::{
        self, ContentBuilder, Ref, RefOr, ResponseBuilder, Schema,
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Spinout",
        description = "A race log for iRacing drivers. Errors are problems as RFC 9457 has them; absent members of \
                       answers are null; positions are 1-based; lap times are integers of 1/10 000 s; times are UTC.",
        license(name = "MIT", identifier = "MIT")
    ),
    components(schemas(ProblemBody)),
    modifiers(&SecuritySchemes)
)]
struct Preamble;

struct SecuritySchemes;

impl Modify for SecuritySchemes {
    fn modify(&self, document: &mut openapi::OpenApi) {
        let components = document.components.get_or_insert_default();
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
        components.add_security_scheme("session", SecurityScheme::Http(bearer));
        let cookie = ApiKey::Cookie(ApiKeyValue::new(crate::cookies::REFRESH));
        components.add_security_scheme("refresh_cookie", SecurityScheme::ApiKey(cookie));
    }
}

/// What stands in the document before the routes.
pub(crate) fn preamble() -> openapi::OpenApi {
    Preamble::openapi()
}

static DOCUMENT: LazyLock<openapi::OpenApi> = LazyLock::new(|| {
    let (_, mut document) = routes().split_for_parts();
    spell_out(&mut document);
    document
});

/// Completes the document by what holds for every route: answers spell every member, any request can fail with a
/// problem, and every operation has a name of its own.
fn spell_out(document: &mut openapi::OpenApi) {
    let problem = ProblemBody::name().into_owned();
    for (name, schema) in document.components.iter_mut().flat_map(|components| &mut components.schemas) {
        if *name != problem {
            require_all(schema);
        }
    }
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(&problem))).build();
    let failure = ResponseBuilder::new().description("A problem.").content(MEDIA_TYPE, content).build();
    for item in document.paths.paths.values_mut() {
        for operation in [&mut item.get, &mut item.post, &mut item.put, &mut item.delete].into_iter().flatten() {
            operation.responses.responses.insert("default".to_owned(), failure.clone().into());
            // Handlers of different nouns may have the same name.
            let noun = operation.tags.iter().flatten().next();
            operation.operation_id =
                noun.zip(operation.operation_id.take()).map(|(noun, verb)| format!("{noun}_{verb}"));
        }
    }
}

/// Makes every member of a schema required, in all of its parts.
fn require_all(schema: &mut RefOr<Schema>) {
    match schema {
        RefOr::T(Schema::Object(object)) => object.required = object.properties.keys().cloned().collect(),
        RefOr::T(Schema::OneOf(one_of)) => one_of.items.iter_mut().for_each(require_all),
        RefOr::T(Schema::AllOf(all_of)) => all_of.items.iter_mut().for_each(require_all),
        RefOr::Ref(_) | RefOr::T(_) => {}
    }
}

/// The OpenAPI document as JSON, as it is committed for the frontend.
///
/// # Errors
/// If it cannot be written as JSON, which would be a fault of the code.
pub fn openapi_document() -> serde_json::Result<String> {
    Ok(DOCUMENT.to_pretty_json()? + "\n")
}

/// Any JSON object.
struct Anything;

impl PartialSchema for Anything {
    fn schema() -> RefOr<Schema> {
        openapi::ObjectBuilder::new().into()
    }
}

impl ToSchema for Anything {}

/// Describes this API.
#[utoipa::path(get, path = "/openapi.json", tag = "openapi", responses((status = OK, body = inline(Anything))))]
pub(crate) async fn show(headers: HeaderMap) -> Result<Response, ApiError> {
    Ok(Tagged::json(&*DOCUMENT)?.reply(&headers, HOURLY))
}
