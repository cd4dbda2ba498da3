package io.kubejar.http;

/// Answers requests. Every call has a virtual thread of its own and may block.
@FunctionalInterface
public interface HttpHandler {
  /// Answers one request. A handler that returns without an answer is answered for with a 500; an
  /// exception after the answer began cuts the answer off, so that the peer sees it is incomplete.
  void handle(Exchange exchange) throws Exception;
}
