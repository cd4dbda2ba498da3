package io.kubejar.simulation;

/// How often what goes wrong, each as a probability per request, or per look at a watch.
///
/// @param lostRequest the request never reaches the server
/// @param lostAnswer the server carries it out, but the answer is lost
/// @param conflict somebody else has written the object in between
/// @param crash the process ends before or after the request, and starts anew with nothing in
///   memory
/// @param lostWatch a watch ends
/// @param lateWatch an event that is there is not seen yet
public record Faults(
    double lostRequest,
    double lostAnswer,
    double conflict,
    double crash,
    double lostWatch,
    double lateWatch) {

  public static final Faults NONE = new Faults(0, 0, 0, 0, 0, 0);

  /// Enough of everything that every run meets some of it.
  public static final Faults MANY = new Faults(0.05, 0.05, 0.1, 0.01, 0.01, 0.3);
}
