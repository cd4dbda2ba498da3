/// Notices nodes that fall silent, and turns the conditions of nodes into taints.
///
/// [NodeHealth] decides whether a node still speaks, [NodeTaints] which taints it should have.
@NullMarked
package io.kubejar.controllers.nodelifecycle;

import org.jspecify.annotations.NullMarked;
