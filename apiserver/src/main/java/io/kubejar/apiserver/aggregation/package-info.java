/// Groups and versions that another server answers for.
///
/// An `APIService` says who answers for a group and version: this server, or a Service. For its own
/// groups this server makes APIServices by itself ([Registration]). For the others it looks now and
/// then whether they answer ([Availability]), collects what they serve ([RemoteDocuments]), and
/// sends requests on to them under the user's name ([AggregatedApis]).
@NullMarked
package io.kubejar.apiserver.aggregation;

import org.jspecify.annotations.NullMarked;
