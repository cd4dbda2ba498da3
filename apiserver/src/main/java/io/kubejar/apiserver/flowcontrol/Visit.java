package io.kubejar.apiserver.flowcontrol;

import io.kubejar.apiserver.request.RequestInfo;

/// A request as a priority level sees it.
///
/// @param flow the same for requests that must share
/// @param schema by which it came here
/// @param distinguisher what tells its flow from others of the schema
record Visit(
    long flow, String schema, String distinguisher, Cost cost, String user, RequestInfo info) {}
