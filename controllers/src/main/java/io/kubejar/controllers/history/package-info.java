/// The past templates of a StatefulSet or DaemonSet, each kept in a ControllerRevision.
///
/// [TemplateData] is the form in which a template is kept, [RevisionHash] names it, [RevisionPlan]
/// and [Truncation] decide, [History] carries out.
@NullMarked
package io.kubejar.controllers.history;

import org.jspecify.annotations.NullMarked;
