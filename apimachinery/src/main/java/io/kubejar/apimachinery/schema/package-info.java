/// Types at run time: which fields there are, how lists and maps merge, what is required, and what
/// a field is for.
///
/// [TypeSchema] is the description of one type. Patches, server-side apply, `explain` and the
/// checks of kinds that have no hand-written validation work from it. A type is described once, in
/// the schema files of the modules that own it; the generator turns those into the resources that
/// [Schemas] reads; custom resources make theirs from their CRD.
///
/// The resources: `kubejar/schema/index` on the class path has one line per group and version, such
/// as `apps/v1`, and `kubejar/schema/apps/v1.json` (`kubejar/schema/core/v1.json` for the group
/// without a name) describes its types:
///
/// ```json
/// {"types": {
///   "Deployment": {"description": "...", "atomic": false, "fields": {
///     "spec":     {"type": "DeploymentSpec", "required": true, "description": "..."},
///     "template": {"type": "core/v1.PodTemplateSpec"},
///     "ports":    {"type": "[ContainerPort]", "list": "map", "keys": ["containerPort", "protocol"],
///                  "strategy": "merge", "mergeKey": "containerPort"},
///     "protocol": {"type": "string", "enum": ["SCTP", "TCP", "UDP"], "default": "TCP"},
///     "data":     {"type": "{string}", "atomic": false}}}}}
/// ```
///
/// A type is `string`, `boolean`, `int32`, `int64`, `double`, `bytes`, `time`, `microTime`,
/// `quantity`, `intOrString`, `any` (what fits nowhere else), the name of a type of the same file,
/// `group/version.Name` of another, `[T]` for a list, or `{T}` for a map. What is false, empty or
/// absent can be left out; `list` is `atomic` if left out. The object metadata is
/// `meta/v1.ObjectMeta`.
@NullMarked
package io.kubejar.apimachinery.schema;

import org.jspecify.annotations.NullMarked;
