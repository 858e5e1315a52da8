-- Opens a session, prints the values of the parameters, and saves it.
-- FOLDER NAME
AudioEngine:set_backend ("None (Dummy)", "", "")
AudioEngine:set_sample_rate (48000)
assert (load_session (arg[1], arg[2]), "no session")
local processor = Session:route_by_name ("Wet"):nth_plugin (0)
local plugin = processor:to_insert ():plugin (0)
for i = 0, plugin:parameter_count () - 1 do
	if plugin:parameter_is_input (i) then
		print (plugin:parameter_label (i) .. "=" .. ARDOUR.LuaAPI.get_processor_param (processor, i))
	end
end
sleep (1)
Session:save_state ("", false, false, false, false, false)
close_session ()
quit ()
