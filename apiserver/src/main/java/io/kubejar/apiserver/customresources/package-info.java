/// Resources that people define while the server runs.
///
/// [io.kubejar.apiserver.customresources.CustomResources] follows the CustomResourceDefinitions: it
/// judges their names and schemas, puts their versions among the served resources
/// ([io.kubejar.apiserver.customresources.ServedDefinitions]), and removes their objects before a
/// definition goes. [io.kubejar.apiserver.customresources.CustomVersions] makes of one version what
/// a built-in kind has from the start: a type, a stored form, a strategy, a table.
@NullMarked
package io.kubejar.apiserver.customresources;

import org.jspecify.annotations.NullMarked;
