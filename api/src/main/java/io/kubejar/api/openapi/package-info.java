/// The documents of `/openapi/v2` and `/openapi/v3`, made from the same schema as the types, when
/// they are first asked for.
///
/// [io.kubejar.api.openapi.OpenApi] is the way in. Kept out of the jar on purpose: both documents
/// together would be four times as large as the schema they follow from.
@NullMarked
package io.kubejar.api.openapi;

import org.jspecify.annotations.NullMarked;
