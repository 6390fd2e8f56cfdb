// Package conformance has one suite for every printer and one for every reader, emulated or real: what
// a kiosk relies on, said as tests. A driver is done when it passes.
//
// It is not for what one device has of its own; that is tested beside its driver.
//
// The invariant: a suite knows a device only through the interfaces of package drivers and through
// the hands of its harness, so that a real device on a desk passes the same tests as an emulated one.
package conformance
