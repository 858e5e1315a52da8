-- Plays a session on JACK: prints "ready", and rolls from the start when it reads a line.
-- FOLDER NAME SECONDS
AudioEngine:set_backend ("JACK", "", "")
assert (load_session (arg[1], arg[2]), "no session")
sleep (2)
print ("ready")
io.flush ()
io.read ()
Session:request_roll (ARDOUR.TransportRequestSource.TRS_UI)
sleep (tonumber (arg[3]))
close_session ()
quit ()
