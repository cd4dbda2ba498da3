/// Whether a CustomResourceDefinition makes sense, as a tree: names, versions, schemas, conversion,
/// columns; and what may change of it.
///
/// Upstream checks an internal form in which what all versions have in common stands at the top.
/// The paths of errors are those of that form, so [DefinitionForm] imitates it.
@NullMarked
package io.kubejar.apimachinery.definitions;

import org.jspecify.annotations.NullMarked;
