/// The verbs: create, read, list, watch, update, patch and delete, each a list of steps whose order
/// is the API's contract.
///
/// [io.kubejar.apiserver.verbs.ResourceVerbs] has all verbs of one resource, on records. The HTTP
/// side and the in-process client both end here; neither admission nor validation can be passed by.
@NullMarked
package io.kubejar.apiserver.verbs;

import org.jspecify.annotations.NullMarked;
